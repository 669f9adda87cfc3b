import { type FormEvent, useEffect, useState } from "react";
import type { Comparison, SnapshotView } from "../../shared/messages";
import { several, t } from "../../shared/words";
import { goTo } from "../canvas/camera";
import { configure } from "../inspector/block_form";
import { useDrawing, useEye, useSession } from "../session";

const NONE: SnapshotView[] = [];

/** The versions that are kept under names, and what the drawing differs in from one of them. */
export function Versions() {
  const session = useSession();
  const snapshots = useDrawing(({ view }) => view?.beside?.snapshots ?? NONE);
  const comparison = useEye((eye) => eye.comparison);
  const comparing = useEye((eye) => eye.comparing);
  const [name, setName] = useState("");
  const [error, setError] = useState("");
  const take = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = name.trim() || t("Version {number}", { number: snapshots.length + 1 });
    const refusal = await configure(session, { command: "TakeSnapshot", name: wanted, taken: "" });
    setError(refusal);
    if (refusal) return;
    setName("");
    session.say(t("Kept as {name}.", { name: wanted }));
  };
  return (
    <div className="vnn-versions">
      <section aria-label={t("Snapshots")}>
        <form className="vnn-versions-new" onSubmit={(event) => void take(event)}>
          <input
            className="vnn-input"
            aria-label={t("Name of the snapshot")}
            placeholder={t("Version {number}", { number: snapshots.length + 1 })}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
          <button type="submit" className="vnn-button line small">
            {t("Take a snapshot")}
          </button>
        </form>
        {error && (
          <p className="vnn-field-error" role="alert">
            {error}
          </p>
        )}
        {snapshots.length === 0 && (
          <p className="vnn-calm">
            {t(
              "A snapshot keeps the drawing as it is now. It travels in the file, and can be gone back to or compared with.",
            )}
          </p>
        )}
        <ul>
          {snapshots.map((snapshot) => (
            <Snapshot key={snapshot.name} snapshot={snapshot} comparing={comparing} />
          ))}
        </ul>
        <WithFile comparing={comparing} />
      </section>
      {comparison && <Differences comparison={comparison} />}
    </div>
  );
}

function Snapshot({ snapshot, comparing }: { snapshot: SnapshotView; comparing: string }) {
  const session = useSession();
  const { name, taken, blocks } = snapshot;
  const key = `snapshot:${name}`;
  const restore = async () => {
    if (await session.do({ command: "RestoreSnapshot", name })) {
      session.say(t("The drawing is {name} again.", { name }));
    }
  };
  return (
    <li>
      <b>{name}</b>
      <span className="vnn-dim">
        {taken} · {several(blocks, "{count} block", "{count} blocks")}
      </span>
      <span className="vnn-actions">
        <button
          type="button"
          className="vnn-button line small"
          aria-pressed={comparing === key}
          aria-label={t("Compare with {name}", { name })}
          onClick={() => session.eye.set({ comparing: comparing === key ? "" : key })}
        >
          {t("Compare")}
        </button>
        <button
          type="button"
          className="vnn-button line small"
          aria-label={t("Go back to {name}", { name })}
          onClick={() => void restore()}
        >
          {t("Restore")}
        </button>
        <button
          type="button"
          className="vnn-button icon small"
          aria-label={t("Delete {name}", { name })}
          onClick={() => {
            if (comparing === key) session.eye.set({ comparing: "" });
            void session.do({ command: "RemoveSnapshot", name });
          }}
        >
          ×
        </button>
      </span>
    </li>
  );
}

/** What two drawings differ in, as a list; a block's name leads to the block. */
function Differences({ comparison }: { comparison: Comparison }) {
  const session = useSession();
  const { added, gone, changed, added_wires, gone_wires, others } = comparison;
  const layer = (block: string) => session.block(block)?.layer ?? block;
  const none =
    added.length +
      gone.length +
      changed.length +
      added_wires.length +
      gone_wires.length +
      others.length ===
    0;
  return (
    <section aria-label={t("Differences")} className="vnn-differences">
      <div className="vnn-capitals">{t("Since {name}", { name: comparison.with_what })}</div>
      {none && <p className="vnn-calm">{t("Nothing is different.")}</p>}
      <ul>
        {added.map((block) => (
          <li key={block}>
            <span className="vnn-mark added">+</span>
            <button type="button" className="vnn-button small" onClick={() => goTo(session, block)}>
              {layer(block)}
            </button>
            <span className="vnn-dim">{t("added")}</span>
          </li>
        ))}
        {gone.map((block) => (
          <li key={block.layer}>
            <span className="vnn-mark gone">−</span>
            <b>{block.layer}</b>
            <span className="vnn-dim">{t("removed")}</span>
          </li>
        ))}
        {changed.map((block) => (
          <li key={block.block}>
            <span className="vnn-mark changed">Δ</span>
            <button
              type="button"
              className="vnn-button small"
              onClick={() => goTo(session, block.block)}
            >
              {block.layer}
            </button>
            <span className="vnn-mono">
              {block.values
                .map(({ name, before, now }) => `${name}: ${before ? `${before} → ` : ""}${now}`)
                .join(" · ")}
            </span>
          </li>
        ))}
        {added_wires.length > 0 && (
          <li>
            <span className="vnn-mark added">+</span>
            {several(added_wires.length, "{count} wire", "{count} wires")}
          </li>
        )}
        {gone_wires.map((wire) => (
          <li key={wire}>
            <span className="vnn-mark gone">−</span>
            <span className="vnn-mono">{wire}</span>
          </li>
        ))}
        {others.map(({ name, before, now }) => (
          <li key={name}>
            <span className="vnn-mark changed">Δ</span>
            {name}
            <span className="vnn-mono">
              {before || t("none")} → {now || t("none")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Compares the drawing with a model in a file. */
function WithFile({ comparing }: { comparing: string }) {
  const session = useSession();
  const [files, setFiles] = useState<string[]>([]);
  useEffect(() => {
    let current = true;
    void session.ask<string[]>({ request: "files" }).then((found) => {
      if (current && found) setFiles(found);
    });
    return () => {
      current = false;
    };
  }, [session]);
  if (files.length === 0) return null;
  const chosen = comparing.startsWith("path:") ? comparing.slice("path:".length) : "";
  return (
    <label className="vnn-versions-file">
      <span className="vnn-dim">{t("Compare with a file")}</span>
      <select
        className="vnn-input"
        value={chosen}
        onChange={(event) => {
          const path = event.target.value;
          session.eye.set({ comparing: path ? `path:${path}` : "" });
        }}
      >
        <option value="">{t("none")}</option>
        {files.map((file) => (
          <option key={file} value={file}>
            {file}
          </option>
        ))}
      </select>
    </label>
  );
}
