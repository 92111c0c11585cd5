import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Building2 } from 'lucide-react'
import { useState } from 'react'
import { planLabels } from '#renderer/app/labels.ts'
import { orpc } from '#renderer/bridge.ts'
import { Combobox } from '#renderer/ui/combobox.tsx'
import type { FieldIds } from '#renderer/ui/field.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'

const foundMax = 20

/** An organization as the picker hands it on. */
export interface PickedOrganization {
  id: string
  name: string
}

/** Finds an organization of the platform by name. With `anyLabel` none may be chosen, too. */
export const OrganizationPicker = ({
  value,
  shown,
  anyLabel,
  onChange,
  className,
  ...ids
}: {
  value: string
  /** The name of what is chosen, where it is known. */
  shown?: string
  anyLabel?: string
  onChange: (organization: PickedOrganization | null) => void
  className?: string
} & Partial<FieldIds>) => {
  const [typed, setTyped] = useState('')
  const { data, isFetching } = useQuery(
    orpc.platform.organizations.queryOptions({
      input: { search: useDebounced(typed.trim()) || undefined, limit: foundMax },
      placeholderData: keepPreviousData,
    }),
  )
  const found = data?.items ?? []
  const chosen = found.find(({ id }) => id === value)
  return (
    <Combobox
      {...ids}
      label="Organization"
      searchLabel="Search organizations"
      placeholder={anyLabel ?? 'Choose an organization'}
      groups={[
        { label: 'All', options: anyLabel ? [{ value: 'any', label: anyLabel }] : [] },
        {
          label: 'Organizations',
          options: found.map(({ id, name, plan }) => ({
            value: id,
            label: name,
            detail: `${planLabels[plan]} plan`,
            icon: Building2,
          })),
        },
      ]}
      value={value}
      shown={value && (chosen?.name ?? shown ?? `…${value.slice(-8)}`)}
      onValueChange={(id) => onChange(found.find((one) => one.id === id) ?? null)}
      search={{ value: typed, onChange: setTyped, busy: isFetching }}
      className={className}
    />
  )
}
