/** A `LIKE` pattern that finds `text` anywhere, with `\` as the escape character: `… LIKE pattern ESCAPE '\'`. */
export const containing = (text: string): string =>
  `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
