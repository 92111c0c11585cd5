/** Offers a text as a file to save. */
export const saveText = (name: string, type: string, text: string) => {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** `access-matrix-2026-11-21.csv` */
export const fileName = (stem: string, extension: string) =>
  `${stem}-${new Date().toISOString().slice(0, 10)}.${extension}`

/** Spreadsheets run a cell that starts like this as a formula; a leading apostrophe keeps it text. */
const formulaStart = /^[=+\-@\t\r]/

const csvCell = (value: string | number | boolean | null) => {
  const text = value === null ? '' : String(value)
  const safe = typeof value === 'string' && formulaStart.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Rows as comma-separated values (RFC 4180), the header first. */
export const toCsv = (
  header: readonly string[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
) =>
  [header, ...rows]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n')
