import { type KeyboardEvent, type ReactNode, useId } from "react";

export interface InspectorTab<Name extends string> {
  name: Name;
  label: string;
}

interface TabsProps<Name extends string> {
  tabs: InspectorTab<Name>[];
  chosen: Name;
  label: string;
  choose(name: Name): void;
  children: ReactNode;
}

/** A row of tabs and what the chosen one shows; arrow keys go from one to the next. */
export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { tabs, chosen, label, choose, children } = props;
  const id = useId();
  const key = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const now = tabs.findIndex(({ name }) => name === chosen);
    const at = (now + step + tabs.length) % tabs.length;
    choose(tabs[at]!.name);
    event.currentTarget.querySelectorAll("button")[at]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="vnn-inspector-tabs" role="tablist" aria-label={label} onKeyDown={key}>
        {tabs.map((tab) => (
          <button
            type="button"
            role="tab"
            key={tab.name}
            id={`${id}-${tab.name}`}
            aria-selected={tab.name === chosen}
            tabIndex={tab.name === chosen ? 0 : -1}
            onClick={() => choose(tab.name)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  );
}
