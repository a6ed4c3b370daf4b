import { useState } from "preact/hooks";
import { TEXTS } from "../texts.js";

const SAID_MS = 2_000;

/** Copies a text, and says so. */
export const Copy = ({ text, what }: { text: string; what: string }) => {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <button type="button" class="small" onClick={() => void copy()} aria-label={`${TEXTS.common.copy} ${what}`}>
      {isCopied ? TEXTS.common.copied : TEXTS.common.copy}
    </button>
  );
};
