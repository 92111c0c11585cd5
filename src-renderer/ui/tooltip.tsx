import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Radix.Provider delayDuration={400} skipDelayDuration={200}>
    {children}
  </Radix.Provider>
)

/** A short text on hover and focus of the only child, which must take a ref. Never the sole carrier of a fact. */
export const Tooltip = ({ text, children }: { text: ReactNode; children: ReactNode }) => (
  <Radix.Root>
    <Radix.Trigger asChild>{children}</Radix.Trigger>
    <Radix.Portal>
      <Radix.Content
        sideOffset={6}
        collisionPadding={8}
        className="z-50 max-w-xs animate-appear rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-floating"
      >
        {text}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
)
