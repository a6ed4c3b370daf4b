import { bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { fromHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { bridgeView } from "@pdiem/relayer/views/bridge-view";
import { durationsView } from "@pdiem/relayer/views/durations-view";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { usePoll } from "../api/poll.js";
import { draftOf, keepDraft, useDraft } from "../kept/draft.js";
import { Shown } from "../parts/polled.js";
import { TEXTS } from "../texts.js";
import type { Bridge } from "./move-props.js";
import { PayIn } from "./pay-in.js";
import { PayOut } from "./pay-out.js";
import { isDistrusted, verifyNow } from "./verify-page.js";

const T = TEXTS.move;
const HOUR_MS = 3_600_000;

type Direction = "in" | "out";

const direction = signal<Direction>(draftOf("direction") === "out" ? "out" : "in");

const loadBridge = async (): Promise<Bridge> => {
  const { config, issuer } = await ask(PATHS.bridge, bridgeView);
  return { config: decode(bridgeConfig, fromHex(config)), issuer };
};

const DirectionChoice = () => (
  <fieldset>
    <legend>{T.direction}</legend>
    <div class="choice">
      {(
        [
          ["in", T.toParachain],
          ["out", T.toDiem],
        ] as const
      ).map(([value, text]) => (
        <label key={value}>
          <input
            type="radio"
            name="direction"
            checked={direction.value === value}
            onChange={() => {
              direction.value = value;
              keepDraft("direction", value);
            }}
          />
          {text}
        </label>
      ))}
    </div>
  </fieldset>
);

export const MovePage = () => {
  const bridge = usePoll("bridge", loadBridge, HOUR_MS);
  const durations = usePoll("durations", () => ask(PATHS.durations, durationsView), 30_000);
  const currency = useDraft("currency", "XUS");
  useEffect(() => void verifyNow(), []);
  return (
    <>
      <h1>{T.title}</h1>
      <p class="intro">{T.intro}</p>
      {isDistrusted() ? (
        <div class="banner bad" role="alert">
          <p>{T.blocked}</p>
        </div>
      ) : null}
      <DirectionChoice />
      <Shown of={bridge}>
        {(known) => {
          const parts = { bridge: known, currency, durations: durations.value.value };
          return direction.value === "in" ? <PayIn {...parts} /> : <PayOut {...parts} />;
        }}
      </Shown>
    </>
  );
};
