import type { BlockView, SettingForm } from "../../shared/messages";
import { later } from "../../shared/words";
import { configure } from "../inspector/block_form";
import { Field } from "../inspector/field";
import { useSession } from "../session";

const REPEAT: SettingForm = {
  name: "repeat",
  kind: "integer",
  default: 1,
  required: false,
  choices: [],
  help: later("How many times it stands in a row: a number, or an expression over the parameters."),
  optional: false,
  length: 0,
};

/** How many times a block stands in a row. */
export function RepeatField({ block }: { block: BlockView }) {
  const session = useSession();
  const repeat = block.inside?.repeat ?? "";
  const isNumber = /^\d*$/.test(repeat);
  return (
    <Field
      form={REPEAT}
      value={block.inside?.count ?? 1}
      expression={isNumber ? "" : repeat}
      commit={(value) =>
        configure(session, { command: "Repeat", block: block.id, count: String(value) })
      }
    />
  );
}
