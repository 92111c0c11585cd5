import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface Tab<V extends string = string> {
  value: V
  label: string
  /** A number behind the label. */
  count?: number
}

/** Tabs whose choice the caller keeps, usually in the URL. Panels are TabPanel children. */
export const Tabs = <V extends string>({
  label,
  tabs,
  value,
  onValueChange,
  manual = false,
  children,
}: {
  label: string
  tabs: readonly Tab<V>[]
  value: V
  onValueChange: (value: V) => void
  /** A tab is chosen by Enter and not by mere focus: for panels that ask before they go. */
  manual?: boolean
  children: ReactNode
}) => (
  <Radix.Root
    value={value}
    activationMode={manual ? 'manual' : 'automatic'}
    onValueChange={(next) => {
      const tab = tabs.find((candidate) => candidate.value === next)
      if (tab) onValueChange(tab.value)
    }}
    className="flex min-h-0 flex-1 flex-col"
  >
    <Radix.List aria-label={label} className="flex shrink-0 gap-1 border-b border-line">
      {tabs.map((tab) => (
        <Radix.Trigger
          key={tab.value}
          value={tab.value}
          className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent px-2.5 font-medium text-muted hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-ink"
        >
          {tab.label}
          {tab.count !== undefined && (
            <span className="rounded-full bg-sunken px-1.5 text-xs">{tab.count.toLocaleString('en')}</span>
          )}
        </Radix.Trigger>
      ))}
    </Radix.List>
    {children}
  </Radix.Root>
)

export const TabPanel = ({ value, children }: { value: string; children: ReactNode }) => (
  <Radix.Content value={value} className="flex min-h-0 flex-1 flex-col gap-4 pt-4">
    {children}
  </Radix.Content>
)
