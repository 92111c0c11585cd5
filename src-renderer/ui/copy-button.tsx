import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { copyText } from '#renderer/bridge.ts'
import { announce } from './announcer.tsx'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'
import { toast } from './toast.tsx'

const shownMs = 1_600

const useCopy = (text: string) => {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    if (await copyText(text)) {
      setCopied(true)
      announce('Copied')
    } else toast.error('The clipboard is not available. Select the text and copy it by hand.')
  }
  return { copied, copy }
}

/** Copies text. `label` says what ("Copy event id"); with `showLabel` it is visible. */
export const CopyButton = ({
  text,
  label,
  showLabel = false,
}: {
  text: string
  label: string
  showLabel?: boolean
}) => {
  const { copied, copy } = useCopy(text)
  const Icon = copied ? Check : Copy
  if (showLabel) {
    return (
      <Button size="sm" onClick={() => void copy()}>
        <Icon aria-hidden />
        {copied ? 'Copied' : label}
      </Button>
    )
  }
  return (
    <IconButton
      size="sm"
      icon={Icon}
      label={copied ? 'Copied' : label}
      onClick={(event) => {
        event.stopPropagation()
        void copy()
      }}
    />
  )
}

/** An id or address in mono type with its copy button. */
export const CopyableText = ({ text, label }: { text: string; label: string }) => (
  <span className="inline-flex max-w-full items-center gap-1">
    <code className="min-w-0 truncate font-mono text-xs" title={text}>
      {text}
    </code>
    <CopyButton text={text} label={label} />
  </span>
)
