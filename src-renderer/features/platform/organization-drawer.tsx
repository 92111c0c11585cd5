import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { CapabilityEffect } from '#contract/organizations.ts'
import type { PlatformOccasion, PlatformOrganization } from '#contract/platform.ts'
import { planLabels } from '#renderer/app/labels.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { CouldNotLoad } from '#renderer/ui/data-table-states.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { Drawer } from '#renderer/ui/drawer.tsx'
import { formatDate } from '#renderer/ui/format.ts'
import { Input } from '#renderer/ui/input.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'
import { CapabilityEffectText } from '../subscription/capability-effect.tsx'
import { CapabilityStateRow } from '../subscription/capability-state.tsx'
import { CapabilityBadge } from './capability-badge.tsx'
import { OverrideDialog, type OverridePlace } from './override-dialog.tsx'
import { OverrideList } from './override-list.tsx'

/** What a change of an override has done, as the host tells it. */
const EffectDialog = ({ effect, onClose }: { effect: CapabilityEffect; onClose: () => void }) => (
  <Dialog
    open
    onOpenChange={onClose}
    title="This is what it did"
    footer={
      <Button look="primary" onClick={onClose}>
        Close
      </Button>
    }
  >
    <CapabilityEffectText effect={effect} />
  </Dialog>
)

const Occasion = ({
  occasion,
  organizationId,
  onSet,
  onRemoved,
}: {
  occasion: PlatformOccasion
  organizationId: string
  onSet: (place: OverridePlace) => void
  onRemoved: (effect: CapabilityEffect) => void
}) => (
  <li className="space-y-2 py-3">
    <div className="flex flex-wrap items-center gap-2">
      <span className="min-w-0 flex-1">
        <span className="font-medium">{occasion.name}</span>{' '}
        <span className="text-muted">{formatDate(occasion.startsAt)}</span>
        {occasion.archivedAt !== null && (
          <span className="ml-2">
            <Badge>Archived</Badge>
          </span>
        )}
      </span>
      {occasion.capabilities.map((state) => (
        <CapabilityBadge key={state.capability} state={state} />
      ))}
      <Button
        size="sm"
        onClick={() => onSet({ organizationId, occasionId: occasion.id, name: occasion.name })}
      >
        <Plus aria-hidden />
        Override<span className="sr-only"> for {occasion.name}</span>
      </Button>
    </div>
    {occasion.overrides.length > 0 && (
      <OverrideList
        overrides={occasion.overrides}
        organizationId={organizationId}
        place={occasion.name}
        onRemoved={onRemoved}
      />
    )}
  </li>
)

const Occasions = ({
  organizationId,
  onSet,
  onRemoved,
}: {
  organizationId: string
  onSet: (place: OverridePlace) => void
  onRemoved: (effect: CapabilityEffect) => void
}) => {
  const [typed, setTyped] = useState('')
  const search = useDebounced(typed.trim())
  const query = useInfiniteQuery(
    orpc.platform.occasions.infiniteOptions({
      input: (cursor: string | undefined) => ({ organizationId, cursor, search: search || undefined }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  return (
    <div className="space-y-2">
      <Input
        type="search"
        aria-label="Search occasions"
        placeholder="Search occasions"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {rows.loading && <LoadingBlock label="Loading the occasions" />}
      {rows.failure && <CouldNotLoad label="The occasions" failure={rows.failure} onRetry={rows.retry} />}
      {!rows.loading && !rows.failure && rows.items.length === 0 && (
        <p className="py-4 text-center text-muted">No occasion of that name.</p>
      )}
      <ul className="divide-y divide-line">
        {rows.items.map((occasion) => (
          <Occasion
            key={occasion.id}
            occasion={occasion}
            organizationId={organizationId}
            onSet={onSet}
            onRemoved={onRemoved}
          />
        ))}
      </ul>
      {rows.nextPage && (
        <Button busy={rows.loadingNextPage} onClick={rows.nextPage}>
          Load more
        </Button>
      )}
    </div>
  )
}

/** The capabilities of an organization and its occasions, with what stands above its plan. */
export const OrganizationDrawer = ({
  organization,
  onClose,
}: {
  organization: PlatformOrganization
  onClose: () => void
}) => {
  const [setting, setSetting] = useState<OverridePlace | null>(null)
  const [effect, setEffect] = useState<CapabilityEffect | null>(null)
  return (
    <Drawer
      open
      onOpenChange={onClose}
      title={organization.name}
      description={`${planLabels[organization.plan]} plan`}
    >
      <section aria-label="Capabilities" className="space-y-3">
        {organization.capabilities.map((state) => (
          <CapabilityStateRow key={state.capability} state={state} />
        ))}
      </section>
      <section className="space-y-2">
        <div className="flex items-center gap-2">
          <h3 className="flex-1 font-semibold">Overrides on the organization</h3>
          <Button
            size="sm"
            onClick={() =>
              setSetting({ organizationId: organization.id, occasionId: null, name: organization.name })
            }
          >
            <Plus aria-hidden />
            Set override …
          </Button>
        </div>
        <OverrideList
          overrides={organization.overrides}
          organizationId={organization.id}
          place={organization.name}
          onRemoved={setEffect}
        />
      </section>
      {organization.occasions > 0 && (
        <section className="space-y-2">
          <h3 className="font-semibold">Occasions</h3>
          <Occasions organizationId={organization.id} onSet={setSetting} onRemoved={setEffect} />
        </section>
      )}
      {setting && <OverrideDialog place={setting} onSet={setEffect} onClose={() => setSetting(null)} />}
      {effect && <EffectDialog effect={effect} onClose={() => setEffect(null)} />}
    </Drawer>
  )
}
