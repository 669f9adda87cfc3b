import { useEffect, useRef, useState } from "react";
import { RefusedError } from "../../shared/connection";
import type { Request } from "../../shared/messages";
import { useDrawing, useSession } from "../session";

const QUIET_MILLISECONDS = 150;

export interface Fetched<Value> {
  value: Value | null;
  /** Why Python has no answer for the drawing as it is now, or "". */
  error: string;
  /** Whether a newer answer is under way. */
  loading: boolean;
}

/** What Python answers to a request about the drawing, asked again after each edit, or `again`. */
export function useFetched<Value>(
  name: Request["request"],
  fields: Record<string, unknown> = {},
  again: unknown = null,
): Fetched<Value> {
  const session = useSession();
  const version = useDrawing(({ view }) => view?.version ?? 0);
  const [fetched, setFetched] = useState<Fetched<Value>>({ value: null, error: "", loading: true });
  const asked = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each version of the drawing has its answer
  useEffect(() => {
    let current = true;
    setFetched((last) => ({ ...last, loading: true }));
    const ask = () =>
      session.python
        .ask<Value>({ request: name, ...fields })
        .then((value) => current && setFetched({ value, error: "", loading: false }))
        .catch((refusal) => {
          const error = refusal instanceof RefusedError ? refusal.message : String(refusal);
          if (current) setFetched((last) => ({ value: last.value, error, loading: false }));
        });
    // Edits come in bursts (typing, undo held down): only the last one is asked about.
    const timer = setTimeout(ask, asked.current ? QUIET_MILLISECONDS : 0);
    asked.current = true;
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [session, name, version, JSON.stringify(fields), again]);
  return fetched;
}
