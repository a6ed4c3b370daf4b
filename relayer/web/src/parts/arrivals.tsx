import { useEffect } from "preact/hooks";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { usePoll } from "../api/poll.js";
import { follow, followed } from "../kept/kept.js";
import { TEXTS } from "../texts.js";
import { type Transfer, transfers } from "../views.js";
import { TransferLine } from "./transfer-line.js";

const T = TEXTS.move.pay;
const EVERY_MS = 3_000;
const LOOKED_AT = 100;
const MOST = 3;

const isTo = (transfer: Transfer, subaddress: string): boolean =>
  transfer.kind === "deposit" && transfer.payment?.metadata?.includes(subaddress) === true;

/** Shows payments to a deposit address as they come, and follows them. @param subaddress hex */
export const Arrivals = ({ subaddress }: { subaddress: string }) => {
  const polled = usePoll("arrivals", () => ask(`${PATHS.transfers}?limit=${LOOKED_AT}`, transfers), EVERY_MS);
  const found = (polled.value.value?.transfers ?? []).filter((one) => isTo(one, subaddress)).slice(0, MOST);
  const names = found.map(({ id }) => id).join();
  useEffect(() => {
    for (const { id } of found) if (!followed.value.some((one) => one.id === id)) follow(id);
  }, [names]);
  return (
    <div role="status" data-arrivals={found.length}>
      {found.length === 0 ? (
        <p class="busy">{T.waiting}</p>
      ) : (
        <>
          <p>{T.arrived}</p>
          <ul class="rows">
            {found.map((transfer) => (
              <TransferLine key={transfer.id} transfer={transfer} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
};
