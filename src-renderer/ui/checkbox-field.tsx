import { type ReactNode, useId } from 'react'
import { Checkbox } from './checkbox.tsx'

/** One thing that is so or not, with a sentence about what it means. */
export const CheckboxField = ({
  label,
  description,
  checked,
  onCheckedChange,
}: {
  label: string
  description?: ReactNode
  checked: boolean
  onCheckedChange: (checked: boolean) => void
}) => {
  const id = useId()
  return (
    <div className="-ml-1 flex items-start gap-1">
      <Checkbox
        id={id}
        aria-describedby={description ? `${id}-hint` : undefined}
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next === true)}
      />
      <div className="min-w-0 py-0.5">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {description && (
          <div id={`${id}-hint`} className="text-xs text-pretty text-muted">
            {description}
          </div>
        )}
      </div>
    </div>
  )
}
