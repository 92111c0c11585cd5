/** The mark of Patchbay: four jacks, one patched through. Decoration beside the name. */
export const Logo = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 32 32" fill="none" aria-hidden className={className}>
    <rect width="32" height="32" rx="7" className="fill-accent-solid" />
    <g stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
      <circle cx="9.5" cy="10" r="3" />
      <circle cx="22.5" cy="10" r="3" strokeOpacity=".55" />
      <circle cx="9.5" cy="22" r="3" strokeOpacity=".55" />
      <circle cx="22.5" cy="22" r="3" />
      <path d="M11.6 12.2l8.8 7.6" />
    </g>
  </svg>
)
