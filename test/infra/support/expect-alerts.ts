/** Whether a fault of an end-to-end test has its alerts fire: `npm run test:alerts` asks. */
import { watchAlerts } from "./watch-alerts.js";

export const ALERTS_WATCHED = process.env.PDIEM_ALERTS === "1";

/**
 * Waits until all of these alerts fire for what a relayer answers. It takes some seconds each
 * time, so nothing is asked where alerts aren't what is tested.
 */
export const expectAlerts = async (relayerUrl: string, ...names: readonly string[]): Promise<void> => {
  if (ALERTS_WATCHED) await (await watchAlerts(relayerUrl)).fireFromTheStart(...names);
};

/**
 * Does the same for what counters tell of a time: they are looked at before it, and after.
 * @param fault what brings it about
 */
export const expectAlertsOf = async <T>(
  relayerUrl: string,
  fault: () => Promise<T>,
  ...names: readonly string[]
): Promise<T> => {
  if (!ALERTS_WATCHED) return fault();
  const alerts = await watchAlerts(relayerUrl);
  const result = await fault();
  await alerts.fireFromTheStart(...names);
  return result;
};
