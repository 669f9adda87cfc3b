import { type ReactNode, useEffect, useRef } from "react";

interface PopoverProps {
  label: string;
  onClose(): void;
  children: ReactNode;
}

/**
 * A card under the button that opened it; Escape or a click elsewhere closes it.  Enter in a field
 * sends the form from here: in an output of JupyterLab the browser does not do so by itself.
 */
export function Popover({ label, onClose, children }: PopoverProps) {
  const card = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    const first = card.current?.querySelector<HTMLElement>("input, button");
    (first ?? card.current)?.focus();
  }, []);
  const close = () => {
    onClose();
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
  };
  return (
    <div
      className="vnn-popup vnn-popover"
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      ref={card}
      data-own-keys
      onKeyDown={(event) => {
        const { form } = event.target as HTMLInputElement;
        const isEntry = event.key === "Enter" && (event.target as Element).matches("input") && form;
        if (isEntry) form.requestSubmit();
        else if (event.key === "Escape") close();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onBlur={(event) => {
        const next = event.relatedTarget;
        const stays = event.currentTarget.contains(next) || next === before.current;
        if (next && !stays) onClose();
      }}
    >
      {children}
    </div>
  );
}
