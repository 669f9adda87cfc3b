import { createContext, useContext } from "react";
import type { Family } from "../shared/messages";

/** The families by name, as the palette declares them. */
export const FamilyContext = createContext<ReadonlyMap<string, Family>>(new Map());

export function useFamily(name: string): Family | undefined {
  return useContext(FamilyContext).get(name);
}
