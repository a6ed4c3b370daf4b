/** What a ceremony tells people and scripts. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { holdersOf } from "@pdiem/bridge-client/ceremony/record";
import type { CeremonyReport } from "@pdiem/bridge-client/ceremony/report";
import type { Step } from "@pdiem/bridge-client/ceremony/steps";
import { holdersText } from "@pdiem/bridge-client/examine/holders-checks";
import { toHex } from "@pdiem/light-client/bytes";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";

const TAKEN: Readonly<Record<Step, string>> = {
  part: "has shown its part",
  roll: "has answered for all parts, with evidence",
  boxes: "has verified all evidence, and boxed what each other slot gets of it",
  finish: "holds its share, sealed",
  receipt: "has taken all slots' receipts",
};

/** Tells a step that was taken, on a line. */
export const stepText = (config: BridgeConfig, step: Step, slot: number): string =>
  `slot ${slot} (${holdersOf(config).slots[slot - 1]}) ${TAKEN[step]}`;

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** The key that was made and who holds it, for scripts: bytes are hex with `0x`. */
export const keyJson = ({ bridge, publicPackage }: Pick<CeremonyReport, "bridge" | "publicPackage">) => {
  const { threshold, slots } = holdersOf(bridge);
  return {
    custodyKey: hex(publicPackage.groupKey),
    roll: hex(publicPackage.roll),
    publicPackage: hex(publicPackageHash(publicPackage)),
    threshold,
    slots,
  };
};

/** Writes the same for people, a line each. */
export const keyLines = ({
  bridge,
  publicPackage,
}: Pick<CeremonyReport, "bridge" | "publicPackage">): readonly string[] => [
  `The key ${hex(publicPackage.groupKey)}, held by ${holdersText(holdersOf(bridge))}`,
  `  custody's authentication key on Diem ${toHex(ed25519AuthenticationKey(publicPackage.groupKey))}`,
  `  roll ${hex(publicPackage.roll)}, public package ${hex(publicPackageHash(publicPackage))}`,
];
