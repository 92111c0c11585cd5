import type { AuditFilter } from '#contract/settings.ts'
import { client } from '#renderer/bridge.ts'
import { fileName, saveText } from '#renderer/ui/export-file.ts'
import type { ExportFormat } from '#renderer/ui/export-menu.tsx'

type Format = 'jsonl' | 'csv'

const types: Record<Format, string> = { jsonl: 'application/jsonl', csv: 'text/csv' }

const exporter =
  (input: { organizationId: string } & AuditFilter, format: Format): ExportFormat['run'] =>
  async (signal, onProgress) => {
    const parts: string[] = []
    let entries = 0
    let cursor: string | undefined
    do {
      const part = await client.audit.export({ ...input, format, cursor }, { signal })
      parts.push(part.text)
      entries += part.entries
      onProgress(entries)
      cursor = part.nextCursor ?? undefined
    } while (cursor)
    saveText(fileName('audit-log', format), types[format], parts.join(''))
  }

/** The audit log under a filter, as a file. The export is an entry of the log itself. */
export const auditFormats = (input: { organizationId: string } & AuditFilter): readonly ExportFormat[] => [
  { label: 'JSON Lines', hint: 'complete', run: exporter(input, 'jsonl') },
  { label: 'CSV', hint: 'for spreadsheets', run: exporter(input, 'csv') },
]
