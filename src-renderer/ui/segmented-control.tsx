import { ToggleGroup } from 'radix-ui'

/** One of a few short choices that are all in sight. */
export const SegmentedControl = <V extends string>({
  label,
  options,
  value,
  onValueChange,
}: {
  label: string
  options: readonly { value: V; label: string; disabled?: boolean }[]
  value: V
  onValueChange: (value: V) => void
}) => (
  <ToggleGroup.Root
    type="single"
    aria-label={label}
    value={value}
    onValueChange={(next) => {
      const chosen = options.find((option) => option.value === next)
      if (chosen) onValueChange(chosen.value)
    }}
    className="inline-flex h-8 overflow-hidden rounded-md border border-line bg-surface shadow-raised"
  >
    {options.map((option) => (
      <ToggleGroup.Item
        key={option.value}
        value={option.value}
        disabled={option.disabled}
        className="border-line px-3 font-medium text-muted not-first:border-l enabled:hover:bg-hover enabled:hover:text-ink focus-visible:-outline-offset-2 disabled:opacity-55 data-[state=on]:bg-accent-soft data-[state=on]:text-accent"
      >
        {option.label}
      </ToggleGroup.Item>
    ))}
  </ToggleGroup.Root>
)
