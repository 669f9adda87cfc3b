import { createContext, useContext } from "react";
import type { Family } from "../shared/messages";
import { later } from "../shared/words";

/** The families by name, as the palette declares them. */
export const FamilyContext = createContext<ReadonlyMap<string, Family>>(new Map());

export function useFamily(name: string): Family | undefined {
  return useContext(FamilyContext).get(name);
}

/** The names of the families, which Python sends in English. */
export const FAMILY_NAMES = [
  later("Core"),
  later("Convolution"),
  later("Pooling"),
  later("Normalization"),
  later("Regularization"),
  later("Merge"),
  later("Reshape"),
  later("Recurrent"),
  later("Attention"),
  later("Activation"),
  later("Preprocessing"),
  later("Image"),
  later("Audio"),
  later("Model"),
  later("Wrapper"),
  later("Operation"),
  later("Own"),
];
