import { expect, it } from "vitest";
import { accountInCode } from "./account-in-code.js";

it.each([
  ["diem://tdm1pwfdgeu?c=XUS&am=1000", "tdm1pwfdgeu"],
  ["diem://tdm1pwfdgeu", "tdm1pwfdgeu"],
  ["substrate:5GrwvaEF:0xd43593:Alice", "5GrwvaEF"],
  [" 5GrwvaEF\n", "5GrwvaEF"],
])("finds the account in %j", (text, account) => {
  expect(accountInCode(text)).toBe(account);
});
