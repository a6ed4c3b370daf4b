/** Changes of the state that one transaction makes, over the state before it. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type AccountState, type Resource, readResource } from "@pdiem/light-client/diem/state/account-state";
import type { ContractEvent, EventHandle } from "@pdiem/light-client/diem/state/event";
import type { EventKind } from "@pdiem/light-client/diem/state/event-data";
import { moveAbort } from "./move-abort.js";

export type ReadAccount = (address: AccountAddress) => AccountState | undefined;

export interface Session {
  readonly read: <T>(address: AccountAddress, resource: Resource<T>) => T | undefined;
  /** Reads a resource that is there if the chain is sound. */
  readonly get: <T>(address: AccountAddress, resource: Resource<T>) => T;
  readonly put: <T>(address: AccountAddress, resource: Resource<T>, value: T) => void;
  /** Adds an event to the stream; the handle returned counts it and must be put back. */
  readonly emit: <T>(handle: EventHandle, kind: EventKind<T>, data: T) => EventHandle;
  readonly changes: () => readonly (readonly [AccountAddress, AccountState])[];
  readonly events: () => readonly ContractEvent[];
  /** Opens a session in which nothing more than in this one was done so far. */
  readonly fork: () => Session;
}

interface Change {
  readonly address: AccountAddress;
  readonly state: AccountState;
}

const openSession = (base: ReadAccount, changed: Map<string, Change>, emitted: ContractEvent[]): Session => {
  const stateAt = (address: AccountAddress): AccountState | undefined =>
    changed.get(toHex(address))?.state ?? base(address);
  const read = <T>(address: AccountAddress, resource: Resource<T>): T | undefined => {
    const state = stateAt(address);
    return state === undefined ? undefined : readResource(state, resource);
  };
  return {
    read,
    get: (address, resource) => {
      const value = read(address, resource);
      if (value === undefined)
        throw new Error(`expected ${resource.tag.module}::${resource.tag.name} at ${toHex(address)}`);
      return value;
    },
    put: (address, resource, value) => {
      const entry = [resource.path, encode(resource.codec, value).slice()] as const;
      const state = stateAt(address) ?? [];
      const at = state.findIndex(([path]) => equal(path, resource.path));
      changed.set(toHex(address), { address, state: at < 0 ? [...state, entry] : state.with(at, entry) });
    },
    emit: (handle, { typeTag, codec }, data) => {
      const eventData = encode(codec, data).slice();
      emitted.push({ key: handle.key, sequenceNumber: handle.count, typeTag, eventData });
      return { ...handle, count: handle.count + 1n };
    },
    changes: () => [...changed.values()].map(({ address, state }) => [address, state] as const),
    events: () => emitted,
    fork: () => openSession(base, new Map(changed), [...emitted]),
  };
};

export const createSession = (read: ReadAccount): Session => openSession(read, new Map(), []);

/** Reads a resource after Move's `assert(exists<T>(address), not_published(reason))`. */
export const expectResource = <T>(
  session: Session,
  address: AccountAddress,
  resource: Resource<T>,
  [module, reason]: readonly [module: string, reason: number],
): T => {
  const value = session.read(address, resource);
  if (value === undefined) throw moveAbort(module, "NOT_PUBLISHED", reason);
  return value;
};
