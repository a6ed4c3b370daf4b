import { expect, it } from "vitest";
import { parseOptions } from "./options.js";

it("listens on loopback and any free port, with the machine inside the data folder, unless told otherwise", () => {
  expect(parseOptions(["--data", "d"])).toEqual({
    data: "d",
    machine: "d/machine",
    host: "127.0.0.1",
    port: 0,
    config: undefined,
  });
  expect(parseOptions(["--data=d", "--machine=m", "--host=::1", "--port=65535", "--config=c.json"])).toEqual({
    data: "d",
    machine: "m",
    host: "::1",
    port: 65535,
    config: "c.json",
  });
});

it.each([
  [[]],
  [["--data", "d", "--port", "65536"]],
  [["--data", "d", "--port", "1.5"]],
  [["--data", "d", "--port", ""]],
  [["--data", "d", "--unknown"]],
  [["--data", "d", "extra"]],
])("refuses %j as usage", (args) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: "usage" }));
});
