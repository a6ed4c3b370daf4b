import type { HolderBlame } from "../signing/holder-record.js";
import type { EnclaveState } from "../sync/enclave/enclave-watch.js";
import { type HolderSight, type Holding, spareHolders } from "../sync/enclave/holding.js";
import type { EnclaveStatusView, HolderStatusView, HoldersStatusView } from "../views/holders-view.js";

/** Views what an enclave said last; undefined before it has said anything. */
export const viewEnclave = (state: EnclaveState | undefined): EnclaveStatusView | undefined => {
  const status = state?.status;
  if (status === undefined) return undefined;
  const { role } = status;
  const clients = role.type === "empty" ? undefined : role.value.lightClients;
  return {
    tee: status.tee,
    role: role.type,
    answers: state?.fault === undefined,
    ...(clients === undefined
      ? {}
      : { diemVersion: clients.diem.version.toString(), relayBlock: clients.relay.number }),
  };
};

const viewBlame = (
  blame: HolderBlame | undefined,
): Pick<HolderStatusView, "lastShareAt" | "failures" | "lastFailure"> => {
  const { lastShareAt, failures, lastFailure } = blame ?? {};
  return {
    failures: Object.fromEntries(failures ?? []),
    ...(lastShareAt === undefined ? {} : { lastShareAt }),
    ...(lastFailure === undefined
      ? {}
      : { lastFailure: { code: lastFailure.code, text: lastFailure.message, at: lastFailure.at } }),
  };
};

const viewHolder = (
  { slot = 0, className = "", state }: HolderSight,
  blame: ReadonlyMap<number, HolderBlame>,
): HolderStatusView => {
  const enclave = viewEnclave(state);
  const fault = state?.fault;
  return {
    slot,
    class: className,
    ...(enclave === undefined ? {} : { enclave }),
    ...(fault === undefined ? {} : { fault: { code: fault.code, text: fault.message } }),
    ...viewBlame(blame.get(slot)),
  };
};

/** Views those that hold the key: the one enclave, or each slot's. */
export const viewHolding = (
  holding: Holding,
  blame: ReadonlyMap<number, HolderBlame>,
): { readonly enclave?: EnclaveStatusView | undefined; readonly holders?: HoldersStatusView } => {
  const { holders, threshold } = holding;
  const [first] = holders;
  if (first === undefined || first.slot === undefined) return { enclave: viewEnclave(first?.state) };
  return {
    holders: { threshold, spare: spareHolders(holding), slots: holders.map((one) => viewHolder(one, blame)) },
  };
};
