import type { Fix } from "../shared/messages";
import { applyFix } from "./edits";
import { useSession } from "./session";

/** The buttons that repair a problem. */
export function Fixes({ fixes }: { fixes: Fix[] }) {
  const session = useSession();
  if (fixes.length === 0) return null;
  return (
    <div className="vnn-fixes">
      {fixes.map((fix) => (
        <button
          type="button"
          className="vnn-button line small link"
          key={fix.label}
          onClick={() => void applyFix(session, fix)}
        >
          {fix.label}
        </button>
      ))}
    </div>
  );
}
