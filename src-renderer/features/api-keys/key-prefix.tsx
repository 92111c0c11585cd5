import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { CopyButton } from '#renderer/ui/copy-button.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'

/** `pb_prod_` of `pb_prod_Ab3d`. */
const environmentPart = (prefix: string) => /^pb_[a-z]+_/.exec(prefix)?.[0] ?? ''

/** The visible start of a secret, hidden until asked for. It tells keys apart and opens nothing. */
export const KeyPrefix = ({ prefix, name }: { prefix: string; name: string }) => {
  const [shown, setShown] = useState(false)
  return (
    <span className="inline-flex max-w-full items-center gap-0.5">
      <code className="truncate font-mono text-xs">{shown ? prefix : `${environmentPart(prefix)}••••`}</code>
      <IconButton
        size="sm"
        icon={shown ? EyeOff : Eye}
        label={`${shown ? 'Hide' : 'Show'} the prefix of ${name}`}
        onClick={() => setShown(!shown)}
      />
      {shown && <CopyButton text={prefix} label={`Copy the prefix of ${name}`} />}
    </span>
  )
}
