import { Fragment } from 'react'

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent)
/** The key that commands start with on this machine. */
export const commandKey = mac ? '⌘' : 'Ctrl'

/** Keys to press together. */
export const Kbd = ({ keys }: { keys: readonly string[] }) => (
  <span className="inline-flex items-center gap-0.5">
    {keys.map((key) => (
      <Fragment key={key}>
        <kbd className="min-w-5 rounded-sm border border-line bg-sunken px-1 text-center font-sans text-2xs text-muted">
          {key}
        </kbd>
      </Fragment>
    ))}
  </span>
)
