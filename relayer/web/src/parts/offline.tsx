import { TEXTS } from "../texts.js";
import { Copy } from "./copy.js";

/** Tells the command that checks a downloaded file without this page. */
export const Offline = ({ name }: { name: string }) => {
  const command = `pdiem verify-proof ${name}`;
  return (
    <p class="hint">
      {TEXTS.verify.offline} <code>{command}</code> <Copy text={command} what={command} />
    </p>
  );
};
