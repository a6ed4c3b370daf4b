import { statusView } from "@pdiem/relayer/views/status-view";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { type Polled, startPoll } from "../api/poll.js";
import { TEXTS } from "../texts.js";
import { explain } from "./polled.js";

type Status = ReturnType<typeof statusView.parse>;

/** The bridge's status, which every page shows something of. */
export const status = signal<Polled<Status>>({ value: undefined, at: 0, error: undefined });

const EVERY_MS = 4_000;
const T = TEXTS.common;

const CHAINS = { diem: TEXTS.bridge.diem, parachain: TEXTS.bridge.parachain, relay: TEXTS.bridge.relay } as const;

const Notice = ({ children, about }: { children: ComponentChildren; about: string }) => (
  <div class="banner warn" role="status" data-notice={about}>
    <p>{children}</p>
  </div>
);

/** Parts that the relayer can't reach. */
const missingIn = ({
  queues,
  enclave,
  chains,
  obstacles,
}: Status): readonly (readonly [about: string, text: string])[] => [
  ...(queues === undefined ? [["redis", T.noRedis] as const] : []),
  ...(enclave?.answers === false ? [["enclave", T.noEnclave] as const] : []),
  ...(["diem", "parachain", "relay"] as const).flatMap((chain) =>
    obstacles.some(({ code }) => code === `${chain}/no-node`) ||
    (chains[chain].endpoints.length > 0 && chains[chain].endpoints.every(({ failuresInARow }) => failuresInARow > 1))
      ? [[chain, T.noNode(CHAINS[chain])] as const]
      : [],
  ),
];

/** What everybody has to know, whatever page they are on. */
export const BridgeNotice = () => {
  useEffect(() => startPoll(status, () => ask(PATHS.status, statusView), EVERY_MS), []);
  const { value, error } = status.value;
  if (error !== undefined) return <Notice about="relayer">{explain(error)}</Notice>;
  if (value === undefined) return null;
  const missing = missingIn(value);
  if (value.guardians?.paused === true) return <Notice about="paused">{T.paused}</Notice>;
  return (
    <>
      {missing.map(([about, text]) => (
        <Notice key={about} about={about}>
          {text}
        </Notice>
      ))}
      {missing.length > 0 || value.standstill === undefined ? null : (
        <Notice about="standstill">
          {T.standstill}: {value.standstill}
        </Notice>
      )}
    </>
  );
};
