import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Signal } from "@preact/signals";
import { book } from "../kept/kept.js";
import { TEXTS } from "../texts.js";
import { Scan } from "./scan.js";

const T = TEXTS.move;

export const CurrencyChoice = ({ config, chosen }: { config: BridgeConfig; chosen: Signal<string> }) => (
  <fieldset>
    <legend>{T.currency}</legend>
    <div class="choice">
      {config.currencies.map(({ code }) => (
        <label key={code}>
          <input
            type="radio"
            name="currency"
            checked={chosen.value === code}
            onChange={() => {
              chosen.value = code;
            }}
          />
          {code}
        </label>
      ))}
    </div>
  </fieldset>
);

interface TextFieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly value: Signal<string>;
  readonly isBad: boolean;
  readonly isNumber?: boolean;
  readonly hasBook?: boolean;
}

/** One line of text with its hint; what was noted in the address book is offered. */
export const TextField = ({ id, label, hint, value, isBad, isNumber = false, hasBook = false }: TextFieldProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    <input
      id={id}
      type="text"
      inputMode={isNumber ? "decimal" : "text"}
      autocomplete="off"
      spellcheck={false}
      value={value.value}
      aria-describedby={`${id}-hint`}
      aria-invalid={isBad}
      {...(hasBook ? { list: `${id}-book` } : {})}
      onInput={({ currentTarget }) => {
        value.value = currentTarget.value;
      }}
    />
    {hasBook ? (
      <datalist id={`${id}-book`}>
        {book.value.map(({ name, address }) => (
          <option key={address} value={address}>
            {name}
          </option>
        ))}
      </datalist>
    ) : null}
    <p class="hint" id={`${id}-hint`}>
      {hint}
    </p>
    {hasBook ? (
      <Scan
        what={label}
        onFound={(text) => {
          value.value = text;
        }}
      />
    ) : null}
  </div>
);
