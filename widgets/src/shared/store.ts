import { useRef, useSyncExternalStore } from "react";

/** A state that is replaced, never changed, and tells its listeners. */
export class Store<State extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(public state: State) {}

  set(change: Partial<State>): void {
    const keys = Object.keys(change) as (keyof State)[];
    if (keys.every((key) => Object.is(this.state[key], change[key]))) return;
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** What `select` picks of the state; the component is drawn anew only when that changes. */
export function useStore<State extends object, Picked>(
  store: Store<State>,
  select: (state: State) => Picked,
  equal: (a: Picked, b: Picked) => boolean = Object.is,
): Picked {
  const last = useRef<{ picked: Picked } | null>(null);
  return useSyncExternalStore(store.subscribe, () => {
    const picked = select(store.state);
    if (last.current && equal(last.current.picked, picked)) return last.current.picked;
    last.current = { picked };
    return picked;
  });
}

/** Whether two lists or sets hold the same things in the same order. */
export function sameItems<Item>(a: Iterable<Item>, b: Iterable<Item>): boolean {
  const left = [...a];
  const right = [...b];
  return left.length === right.length && left.every((item, at) => Object.is(item, right[at]));
}
