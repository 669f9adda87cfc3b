import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useEye, useSession } from "./session";
import type { Menu, MenuItem } from "./state";

/** The open context menu. */
export function ContextMenu() {
  const menu = useEye((eye) => eye.menu);
  return menu ? <MenuList key={`${menu.label}${menu.at.x},${menu.at.y}`} menu={menu} /> : null;
}

function MenuList({ menu }: { menu: Menu }) {
  const session = useSession();
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement);
  const [at, setAt] = useState(menu.at);
  useLayoutEffect(() => {
    const root = session.root?.getBoundingClientRect();
    const box = list.current?.getBoundingClientRect();
    if (!root || !box) return;
    setAt({
      x: Math.max(4, Math.min(menu.at.x, root.width - box.width - 4)),
      y: Math.max(4, Math.min(menu.at.y, root.height - box.height - 4)),
    });
  }, [menu, session]);
  useEffect(() => list.current?.querySelector<HTMLElement>("button:enabled")?.focus(), []);

  const close = () => {
    session.eye.set({ menu: null });
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
  };
  const choose = (item: MenuItem) => {
    close();
    item.act();
  };
  const key = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button:enabled") ?? [])];
    const now = buttons.indexOf(document.activeElement as HTMLElement);
    if (event.key === "ArrowDown") buttons[(now + 1) % buttons.length]?.focus();
    else if (event.key === "ArrowUp") buttons.at(now - 1)?.focus();
    else if (event.key === "Home") buttons[0]?.focus();
    else if (event.key === "End") buttons.at(-1)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="vnn-popup vnn-menu"
      role="menu"
      tabIndex={-1}
      aria-label={menu.label}
      ref={list}
      style={{ left: at.x, top: at.y }}
      onKeyDown={key}
      onContextMenu={(event) => event.preventDefault()}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) session.eye.set({ menu: null });
      }}
    >
      {menu.items.map((item, index) =>
        item ? (
          <button
            type="button"
            role="menuitem"
            key={item.label}
            className={item.danger ? "danger" : ""}
            disabled={item.disabled}
            tabIndex={-1}
            onClick={() => choose(item)}
          >
            <span>{item.label}</span>
            {item.keys && <kbd>{item.keys}</kbd>}
          </button>
        ) : (
          <hr key={index} />
        ),
      )}
    </div>
  );
}
