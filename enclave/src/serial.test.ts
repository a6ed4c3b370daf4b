import { describe, expect, it } from "vitest";
import { createSerial } from "./serial.js";

const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
};

describe("serial", () => {
  it("runs one task at a time, in the order they came, a failed one among them", async () => {
    const serial = createSerial(10);
    const steps: string[] = [];
    const task = (name: string, fails: boolean) => async (): Promise<string> => {
      steps.push(`${name} starts`);
      await Promise.resolve();
      steps.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
    const results = await Promise.allSettled([
      serial(task("a", false)),
      serial(task("b", true)),
      serial(task("c", false)),
    ]);
    expect(steps).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("refuses what doesn't fit the queue, and takes more once there is room", async () => {
    const serial = createSerial(2);
    const { opened, open } = gate();
    const first = serial(() => opened);
    const second = serial(async () => 2);
    await expect(serial(async () => 3)).rejects.toMatchObject({ code: "request/busy", status: 503, retry: "backoff" });
    open();
    await Promise.all([first, second]);
    await expect(serial(async () => 4)).resolves.toBe(4);
  });
});
