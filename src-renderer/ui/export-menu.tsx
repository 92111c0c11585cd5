import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { announce } from './announcer.tsx'
import { Button } from './button.tsx'
import { formatNumberOf } from './format.ts'
import { Menu, MenuItem } from './menu.tsx'
import { useActionFailure } from './use-action-failure.tsx'

export interface ExportFormat {
  label: string
  hint?: string
  /** Writes the file. Tells how many rows it has so far; stops when the signal says so. */
  run: (signal: AbortSignal, onProgress: (rows: number) => void) => Promise<void>
}

/** Writes what a list shows into a file, page by page, and can be stopped meanwhile. */
export const ExportMenu = ({ formats }: { formats: readonly ExportFormat[] }) => {
  const [rows, setRows] = useState<number | null>(null)
  const { onError, explanation } = useActionFailure()
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const start = async (format: ExportFormat) => {
    const controller = new AbortController()
    running.current = controller
    setRows(0)
    try {
      await format.run(controller.signal, setRows)
      if (!controller.signal.aborted) announce('Exported')
    } catch (error) {
      if (!controller.signal.aborted) onError(error)
    } finally {
      setRows(null)
    }
  }

  if (rows !== null) {
    return (
      <Button onClick={() => running.current?.abort()}>Stop export ({formatNumberOf(rows, 'row')})</Button>
    )
  }
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button>
            <Download aria-hidden />
            Export
          </Button>
        }
      >
        {formats.map((format) => (
          <MenuItem key={format.label} hint={format.hint} onSelect={() => void start(format)}>
            {format.label}
          </MenuItem>
        ))}
      </Menu>
      {explanation}
    </>
  )
}
