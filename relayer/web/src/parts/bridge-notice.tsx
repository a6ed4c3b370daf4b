import { statusView } from "@pdiem/relayer/views/status-view";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "../api/ask.js";
import { type Polled, startPoll } from "../api/poll.js";
import { TEXTS } from "../texts.js";

type Status = ReturnType<typeof statusView.parse>;

/** The bridge's status, which every page shows something of. */
export const status = signal<Polled<Status>>({ value: undefined, at: 0, error: undefined });

const EVERY_MS = 4_000;

/** What everybody has to know, whatever page they are on. */
export const BridgeNotice = () => {
  useEffect(() => startPoll(status, () => ask("api/v1/status", statusView), EVERY_MS), []);
  const { value } = status.value;
  if (value?.guardians?.paused === true)
    return (
      <div class="banner warn" role="status">
        <p>{TEXTS.common.paused}</p>
      </div>
    );
  if (value?.standstill !== undefined)
    return (
      <div class="banner warn" role="status">
        <p>
          {TEXTS.common.standstill}: {value.standstill}
        </p>
      </div>
    );
  return null;
};
