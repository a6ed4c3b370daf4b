import { expect, it } from "vitest";
import { createLog } from "./log.js";

it("writes one JSON line an event, whatever is in its fields", () => {
  const lines: string[] = [];
  createLog((line) => lines.push(line))("request", { path: '/a\n{"event":"b"}', status: 404, code: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    event: "request",
    path: '/a\n{"event":"b"}',
    status: 404,
  });
});
