/** The sentences of the labextension in the reader's language: its own catalogue is a small one. */
import { LAB } from "../shared/german_lab";
import { filled, preferred } from "../shared/preferred";

export function t(english: string, values: Record<string, string | number> = {}): string {
  return filled(preferred() === "de" ? (LAB[english] ?? english) : english, values);
}
