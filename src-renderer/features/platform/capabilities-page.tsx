import { useInfiniteQuery } from '@tanstack/react-query'
import { Building2 } from 'lucide-react'
import { Link } from 'react-router'
import type { PlatformOrganization } from '#contract/platform.ts'
import { type Capability, capabilities } from '#contract/vocabulary.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { capabilityLabels, planLabels } from '#renderer/app/labels.ts'
import { guideAddress, paths } from '#renderer/app/paths.ts'
import { orpc } from '#renderer/bridge.ts'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { CapabilityBadge } from './capability-badge.tsx'
import { OrganizationDrawer } from './organization-drawer.tsx'

const title = 'Capabilities'
const filterNames = ['search'] as const
const organizationId = (organization: PlatformOrganization) => organization.id
const organizationName = (organization: PlatformOrganization) => organization.name
const organizationHref = (organization: PlatformOrganization) =>
  `${paths.platformCapabilities}?organization=${organization.id}`

const capabilityColumn = (capability: Capability): Column<PlatformOrganization> => ({
  id: capability,
  header: capabilityLabels[capability],
  width: '9rem',
  cell: (organization) => (
    <CapabilityBadge state={organization.capabilities.find((state) => state.capability === capability)} />
  ),
})

const columns: readonly Column<PlatformOrganization>[] = [
  {
    id: 'name',
    header: 'Organization',
    cell: (organization) => (
      <Link to={organizationHref(organization)} className="font-medium hover:underline">
        {organization.name}
      </Link>
    ),
  },
  { id: 'plan', header: 'Plan', width: '8rem', cell: ({ plan }) => planLabels[plan] },
  ...capabilities.map(capabilityColumn),
  {
    id: 'overrides',
    header: 'Overrides',
    width: '7rem',
    align: 'end',
    cell: ({ overrides }) => formatCount(overrides.length),
  },
  {
    id: 'occasions',
    header: 'Occasions',
    width: '13rem',
    align: 'end',
    cell: ({ occasions, occasionOverrides }) => (
      <>
        {formatCount(occasions)}
        {occasionOverrides > 0 && (
          <span className="text-muted">, {formatNumberOf(occasionOverrides, 'override')}</span>
        )}
      </>
    ),
  },
  {
    id: 'suspended',
    header: 'Suspended webhooks',
    width: '10rem',
    align: 'end',
    cell: ({ suspendedWebhooks }) => (
      <span className={suspendedWebhooks > 0 ? 'text-warning' : undefined}>
        {formatCount(suspendedWebhooks)}
      </span>
    ),
  },
]

const Capabilities = () => {
  const [search] = useSearchParam('search')
  const [openId, setOpenId] = useSearchParam('organization')
  const clear = useClearParams(filterNames)
  const query = useInfiniteQuery(
    orpc.platform.organizations.infiniteOptions({
      input: (cursor: string | undefined) => ({ cursor, search: search || undefined }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const open = rows.items.find(({ id }) => id === openId)
  return (
    <Page
      fill
      title={title}
      description="What every organization may use, where that comes from, and the grants, trials and denials above its plan."
    >
      <FilterBar label="Filter organizations" onClear={search ? clear : undefined}>
        <SearchFilter label="Search by name" />
      </FilterBar>
      <DataTable
        label="Organizations"
        columns={columns}
        rows={rows}
        rowId={organizationId}
        rowName={organizationName}
        rowHref={organizationHref}
        onClearFilters={search ? clear : undefined}
        empty={{
          icon: Building2,
          title: 'No organizations yet',
          guide: guideAddress('platform#overrides'),
          description: 'Each organization of this installation appears here.',
        }}
      />
      {open && <OrganizationDrawer key={open.id} organization={open} onClose={() => setOpenId('')} />}
    </Page>
  )
}

/** `/platform/capabilities` */
export const PlatformCapabilitiesPage = () => (
  <GatedPage action="platform.capabilities.manage" title={title}>
    <Capabilities />
  </GatedPage>
)
