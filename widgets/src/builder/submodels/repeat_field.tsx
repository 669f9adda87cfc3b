import type { BlockView, SettingForm } from "../../shared/messages";
import { configure } from "../inspector/block_form";
import { Field } from "../inspector/field";
import { useSession } from "../session";

const REPEAT: SettingForm = {
  name: "repeat",
  kind: "integer",
  default: 1,
  required: false,
  choices: [],
  help: "How many times it stands in a row: a number, or an expression over the parameters.",
  optional: false,
  length: 0,
};

/** How many times a block stands in a row. */
export function RepeatField({ block }: { block: BlockView }) {
  const session = useSession();
  const repeat = block.inside?.repeat ?? "";
  const count = /^\d+$/.test(repeat) ? Number(repeat) : repeat || 1;
  return (
    <Field
      form={REPEAT}
      value={count}
      commit={(value) =>
        configure(session, { command: "Repeat", block: block.id, count: String(value) })
      }
    />
  );
}
