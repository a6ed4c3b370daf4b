/** Scripts by which shells complete commands and options. */
import type { CompletedCommand } from "./tree.js";

/** Shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Writes the arms of a `case` over the words that lead to a command. */
const arms = (
  commands: readonly CompletedCommand[],
  of: (command: CompletedCommand) => readonly string[],
): readonly string[] =>
  commands.flatMap((command) => {
    const words = of(command);
    return words.length === 0 ? [] : [`    ${quoted(command.path)}) echo ${quoted(words.join(" "))} ;;`];
  });

const valueArms = (commands: readonly CompletedCommand[]): readonly string[] =>
  commands.flatMap(({ path, options }) =>
    options.flatMap(({ name, values }) =>
      values === undefined
        ? []
        : [
            `    ${quoted(`${path}:${name}`)}) ${values.length === 0 ? "return 1" : `echo ${quoted(values.join(" "))}`} ;;`,
          ],
    ),
  );

/** Functions that bash and zsh read alike. */
const tables = (commands: readonly CompletedCommand[]): readonly string[] => [
  "_pdiem_commands() {",
  '  case "$1" in',
  ...arms(commands, (command) => command.commands.map(({ name }) => name)),
  "  esac",
  "}",
  "_pdiem_options() {",
  '  case "$1" in',
  ...arms(commands, ({ options }) => options.map(({ name }) => name)),
  "  esac",
  "}",
  "# What may follow an option: its words, or failure where it is a file or free text; nothing where it takes no value.",
  "_pdiem_values() {",
  '  case "$1" in',
  ...valueArms(commands),
  "  esac",
  "}",
];

const bash = (commands: readonly CompletedCommand[]): readonly string[] => [
  "# pdiem's completion for bash: source <(pdiem completion bash)",
  ...tables(commands),
  "_pdiem() {",
  '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" path="" i values',
  "  for ((i = 1; i < COMP_CWORD; i++)); do",
  '    case " $(_pdiem_commands "$path") " in *" ${COMP_WORDS[i]} "*) path="${path:+$path }${COMP_WORDS[i]}" ;; esac',
  "  done",
  "  COMPREPLY=()",
  '  if ! values="$(_pdiem_values "$path:$prev")"; then',
  '    COMPREPLY=($(compgen -f -- "$cur"))',
  '  elif [ -n "$values" ]; then',
  '    COMPREPLY=($(compgen -W "$values" -- "$cur"))',
  '  elif [ "${cur#-}" != "$cur" ]; then',
  '    COMPREPLY=($(compgen -W "$(_pdiem_options "$path")" -- "$cur"))',
  '  elif [ -n "$(_pdiem_commands "$path")" ]; then',
  '    COMPREPLY=($(compgen -W "$(_pdiem_commands "$path")" -- "$cur"))',
  "  else",
  '    COMPREPLY=($(compgen -f -- "$cur"))',
  "  fi",
  "}",
  "complete -o filenames -F _pdiem pdiem",
];

const zsh = (commands: readonly CompletedCommand[]): readonly string[] => [
  "#compdef pdiem",
  "# pdiem's completion for zsh: source <(pdiem completion zsh), after compinit",
  ...tables(commands),
  "_pdiem() {",
  '  local cur="${words[CURRENT]}" prev="${words[CURRENT-1]}" place="" values i',
  "  for ((i = 2; i < CURRENT; i++)); do",
  '    case " $(_pdiem_commands "$place") " in *" ${words[i]} "*) place="${place:+$place }${words[i]}" ;; esac',
  "  done",
  '  if ! values="$(_pdiem_values "$place:$prev")"; then',
  "    _files",
  '  elif [ -n "$values" ]; then',
  "    compadd -- ${=values}",
  '  elif [ "${cur#-}" != "$cur" ]; then',
  '    compadd -- ${=$(_pdiem_options "$place")}',
  '  elif [ -n "$(_pdiem_commands "$place")" ]; then',
  '    compadd -- ${=$(_pdiem_commands "$place")}',
  "  else",
  "    _files",
  "  fi",
  "}",
  "compdef _pdiem pdiem",
];

/** Single quotes and backslashes alone mean something in fish's own quotes. */
const fishQuoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

const fishLines = ({ path, commands, options }: CompletedCommand): readonly string[] => {
  const at = `-n ${fishQuoted(`__pdiem_at ${fishQuoted(path)}`)}`;
  return [
    ...commands.map(({ name, text }) => `complete -c pdiem -f ${at} -a ${name} -d ${fishQuoted(text)}`),
    ...options
      .filter(({ name }) => name.startsWith("--"))
      .map(({ name, text, values }) => {
        const value =
          values === undefined ? "" : values.length === 0 ? " -r -F" : ` -x -a ${fishQuoted(values.join(" "))}`;
        return `complete -c pdiem ${at} -l ${name.slice(2)}${value} -d ${fishQuoted(text)}`;
      }),
  ];
};

const fish = (commands: readonly CompletedCommand[]): readonly string[] => [
  "# pdiem's completion for fish: pdiem completion fish | source",
  `set -g __pdiem_paths ${commands.map(({ path }) => fishQuoted(path)).join(" ")}`,
  "function __pdiem_at",
  "  set -l place ''",
  "  for word in (commandline -opc)[2..-1]",
  '    set -l next (string trim -- "$place $word")',
  '    contains -- "$next" $__pdiem_paths; and set place $next',
  "  end",
  '  test "$place" = "$argv[1]"',
  "end",
  ...commands.flatMap(fishLines),
];

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => readonly string[]>> = {
  bash,
  zsh,
  fish,
};

/** Writes the script for a shell. */
export const completionScript = (shell: Shell, commands: readonly CompletedCommand[]): string =>
  SCRIPTS[shell](commands).join("\n");
