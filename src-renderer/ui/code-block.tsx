import { clsx } from 'clsx'
import { useMemo } from 'react'
import { CopyButton } from './copy-button.tsx'

/** JSON with indentation; the text itself when it is not JSON. */
export const prettyJson = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** Text in mono type with a copy button. `json` shows it indented and copies the original. */
export const CodeBlock = ({
  text,
  label,
  json = false,
  wrap = false,
  className,
}: {
  text: string
  /** What the text is: "Payload", "cURL". */
  label: string
  json?: boolean
  wrap?: boolean
  className?: string
}) => {
  const shown = useMemo(() => (json ? prettyJson(text) : text), [text, json])
  return (
    // The scrolling part holds the copy button, so that the keyboard can reach and scroll it.
    <figure className={clsx('max-h-96 overflow-auto rounded-lg border border-line bg-sunken', className)}>
      <figcaption className="sticky top-0 left-0 flex items-center justify-between border-b border-line bg-sunken py-1 pr-1.5 pl-3 text-xs font-medium text-muted">
        {label}
        <CopyButton text={text} label={`Copy ${label}`} />
      </figcaption>
      <pre className={clsx('p-3 font-mono text-xs', wrap && 'whitespace-pre-wrap [overflow-wrap:anywhere]')}>
        {shown}
      </pre>
    </figure>
  )
}
