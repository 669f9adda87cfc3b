/** The sentences of the front end in German, by the English ones (`words.ts`). */
export const GERMAN: Record<string, string> = {};
