import { useState } from "react";
import type { BlockView, InnerPort, InsideView, PromotedView } from "../../shared/messages";
import { t } from "../../shared/words";
import { configure } from "../inspector/block_form";
import { Field } from "../inspector/field";
import { useSession } from "../session";
import { enter, inner, unpack } from "./actions";

/** What the inspector says of a submodel: what leads into it, its settings, its ports. */
export function SubmodelForm({ block, inside }: { block: BlockView; inside: InsideView }) {
  const session = useSession();
  return (
    <>
      <div className="vnn-actions">
        <button
          type="button"
          className="vnn-button line small"
          onClick={() => void enter(session, block.id)}
        >
          {t("Open")} <kbd>Enter</kbd>
        </button>
        <button
          type="button"
          className="vnn-button line small"
          onClick={() => void unpack(session, block.id)}
        >
          {t("Unpack")}
        </button>
        {inside.linked > 1 && (
          <button
            type="button"
            className="vnn-button line small"
            onClick={() => void session.do({ command: "Unlink", block: block.id })}
          >
            {t("Unlink")}
          </button>
        )}
      </div>
      {inside.linked > 1 && (
        <p className="vnn-hint">
          {t(
            "Linked: {linked} submodels have this structure. An edit inside one changes all of them; each has weights of its own.",
            { linked: inside.linked },
          )}
        </p>
      )}
      {inside.promoted.length > 0 && (
        <div className="vnn-form">
          {inside.promoted.map((promoted) => (
            <Promoted
              key={`${promoted.block}.${promoted.form.name}`}
              block={block}
              promoted={promoted}
            />
          ))}
        </div>
      )}
      <Ports block={block} side="input" ports={inside.inputs} />
      <Ports block={block} side="output" ports={inside.outputs} />
    </>
  );
}

/** A setting of a layer inside, which the submodel shows as its own. */
function Promoted({ block, promoted }: { block: BlockView; promoted: PromotedView }) {
  const session = useSession();
  const { form } = promoted;
  return (
    <Field
      form={form}
      label={`${promoted.layer}.${form.name}`}
      value={promoted.value}
      expression={promoted.expression}
      commit={(value) =>
        configure(
          session,
          inner([block.id], {
            command: "Configure",
            block: promoted.block,
            setting: form.name,
            value,
          }),
        )
      }
    />
  );
}

interface PortsProps {
  block: BlockView;
  side: "input" | "output";
  ports: InnerPort[];
}

/** The ports of a submodel: written over to rename, moved by Alt and arrows or by buttons. */
function Ports({ block, side, ports }: PortsProps) {
  const session = useSession();
  if (ports.length === 0) return null;
  const move = async (from: number, to: number) => {
    if (to < 0 || to >= ports.length) return;
    const command = inner([block.id], { command: "ReorderPort", side, port: from, to });
    if (!(await session.do(command))) return;
    session.say(
      t("{name} is {side} {to} of {ports}.", {
        name: ports[from]?.name ?? "",
        side,
        to: to + 1,
        ports: ports.length,
      }),
    );
    requestAnimationFrame(() => {
      const fields = session.root?.querySelectorAll<HTMLElement>(
        `.vnn-ports[data-side=${side}] input`,
      );
      fields?.[to]?.focus();
    });
  };
  return (
    <section
      className="vnn-ports"
      data-side={side}
      aria-label={t("{side}s of the submodel", { side })}
    >
      <div className="vnn-capitals vnn-section">
        {side === "input" ? t("Inputs") : t("Outputs")}
      </div>
      <ul>
        {ports.map((port, at) => (
          <li key={`${port.block}-${at}`}>
            <PortName block={block} side={side} port={port} move={(by) => void move(at, at + by)} />
            {ports.length > 1 && (
              <>
                <button
                  type="button"
                  className="vnn-button icon small"
                  aria-label={t("Move {name} up", { name: port.name })}
                  title={t("Up (Alt+↑)")}
                  disabled={at === 0}
                  onClick={() => void move(at, at - 1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  className="vnn-button icon small"
                  aria-label={t("Move {name} down", { name: port.name })}
                  title={t("Down (Alt+↓)")}
                  disabled={at === ports.length - 1}
                  onClick={() => void move(at, at + 1)}
                >
                  ↓
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PortNameProps {
  block: BlockView;
  side: "input" | "output";
  port: InnerPort;
  move(by: number): void;
}

function PortName({ block, side, port, move }: PortNameProps) {
  const session = useSession();
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState("");
  const finish = async () => {
    const wanted = text?.trim();
    if (!wanted || wanted === port.name) return setText(null);
    const command = inner([block.id], { command: "Rename", block: port.block, name: wanted });
    const refusal = await configure(session, command);
    setError(refusal);
    if (!refusal) setText(null);
  };
  return (
    <>
      <input
        className="vnn-input vnn-mono"
        aria-label={t("Name of the {side} {name}", { side, name: port.name })}
        aria-invalid={error !== ""}
        spellCheck={false}
        value={text ?? port.name}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => void finish()}
        onKeyDown={(event) => {
          if (event.key === "Enter") void finish();
          else if (event.altKey && event.key === "ArrowUp") move(-1);
          else if (event.altKey && event.key === "ArrowDown") move(1);
          else if (event.key === "Escape" && text !== null) {
            setText(null);
            setError("");
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {error && (
        <p className="vnn-field-error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
