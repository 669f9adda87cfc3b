import type { BlockView, DetailsView } from "../../shared/messages";
import { t } from "../../shared/words";
import { useFetched } from "../dock/fetched";
import { pythonWords } from "../dock/python_words";
import { Skeleton } from "../dock/skeleton";
import { openTab } from "../panels";
import { useSession } from "../session";

/** The Python of one block; it is edited with the rest of the model, in the panel below. */
export function BlockCode({ block }: { block: BlockView }) {
  const session = useSession();
  const { value, error } = useFetched<DetailsView>("details", { block: block.id });
  if (error) return <p className="vnn-calm">{error}</p>;
  if (!value) return <Skeleton lines={3} />;
  return (
    <div className="vnn-block-code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of keys */}
      <pre tabIndex={0}>
        {pythonWords(value.code).map((word, at) => (
          <span key={at} className={word.kind}>
            {word.text}
          </span>
        ))}
      </pre>
      <button
        type="button"
        className="vnn-button line small"
        onClick={() => openTab(session, "code")}
      >
        {t("Edit the code of the model")}
      </button>
    </div>
  );
}
