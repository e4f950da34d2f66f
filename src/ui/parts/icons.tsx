import type { ReactNode } from 'react';

export type IconName =
  | 'fingerprint-scanner'
  | 'card-reader'
  | 'mrz-reader'
  | 'printer'
  | 'check'
  | 'cross'
  | 'care'
  | 'stop'
  | 'back'
  | 'on'
  | 'menu'
  | 'person'
  | 'people'
  | 'cloud'
  | 'cloud-off'
  | 'list'
  | 'erase'
  | 'receipt'
  | 'ballot'
  | 'search'
  | 'moon'
  | 'sound'
  | 'report'
  | 'undo'
  | 'clock'
  | 'table'
  | 'info';

const PATHS: Readonly<Record<IconName, ReactNode>> = {
  'fingerprint-scanner': (
    <path d="M6 20v-8a6 6 0 0 1 12 0v8M9 20v-8a3 3 0 0 1 6 0v8M12 12v8M4 11a8 8 0 0 1 16 0" />
  ),
  'card-reader': (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2.5" />
      <path d="M7 10h4v3H7zM14 10h3M14 14h3" />
    </>
  ),
  'mrz-reader': (
    <>
      <rect x="4" y="3" width="16" height="18" rx="2.5" />
      <path d="M8 8h4M7 14h10M7 17h10" />
    </>
  ),
  printer: (
    <>
      <path d="M7 8V3h10v5M7 17H4.5A1.5 1.5 0 0 1 3 15.500V10a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v5.500a1.500 1.500 0 0 1-1.500 1.500H17" />
      <path d="M7 14h10v7H7z" />
    </>
  ),
  check: <path d="M5 12.500l4.500 4.500L19 7.500" />,
  cross: <path d="M6 6l12 12M18 6L6 18" />,
  care: (
    <>
      <path d="M12 4L2.500 20h19z" />
      <path d="M12 10v4.500M12 17.200v.3" />
    </>
  ),
  stop: (
    <>
      <path d="M8 3h8l5 5v8l-5 5H8l-5-5V8z" />
      <path d="M12 8v5M12 16.200v.3" />
    </>
  ),
  back: <path d="M20 12H5M11 6l-6 6 6 6" />,
  on: <path d="M4 12h15M13 6l6 6-6 6" />,
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.500 20c.8-4 3.700-6 7.500-6s6.700 2 7.500 6" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8.500" r="3.500" />
      <path d="M2.500 19.500c.6-3.500 3-5.200 6.500-5.200s5.900 1.700 6.500 5.200M16 5.300a3.500 3.500 0 0 1 0 6.400M18 14.800c2 .7 3.200 2.300 3.500 4.700" />
    </>
  ),
  cloud: (
    <path d="M7 18a4.500 4.500 0 0 1-.5-9A6 6 0 0 1 18 10.500 3.800 3.800 0 0 1 17.500 18zM12 15.500V11M10 12.700l2-2 2 2" />
  ),
  'cloud-off': (
    <path d="M9.500 6.300A6 6 0 0 1 18 10.500 3.800 3.800 0 0 1 19.800 16.900M16.500 18H7a4.500 4.500 0 0 1-.5-9M4 4l16 16" />
  ),
  list: <path d="M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1" />,
  erase: (
    <>
      <path d="M8 5h12v14H8l-6-7z" />
      <path d="M11 9.500l5 5M16 9.500l-5 5" />
    </>
  ),
  receipt: (
    <>
      <path d="M6 3h12v18l-2-1.500-2 1.500-2-1.500-2 1.500-2-1.500L6 21z" />
      <path d="M9 8h6M9 12h6" />
    </>
  ),
  ballot: (
    <>
      <path d="M4 12h16v9H4z" />
      <path d="M8 12V3h8v9M10.500 7l1.200 1.200L14 6M8.500 15.500h7" />
    </>
  ),
  search: (
    <>
      <circle cx="10.500" cy="10.500" r="6.500" />
      <path d="M15.500 15.500L21 21" />
    </>
  ),
  moon: <path d="M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z" />,
  sound: (
    <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />
  ),
  report: (
    <>
      <path d="M6 3h9l4 4v14H6z" />
      <path d="M9.500 17v-4M12.500 17v-7M15.500 17v-2.500" />
    </>
  ),
  undo: <path d="M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 7v5.300l3.500 2" />
    </>
  ),
  table: <path d="M3 9h18M5 9v10M19 9v10M8 9V5h5v4" />,
  info: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 11v5.500M12 7.500v.3" />
    </>
  ),
};

/** An outline of 24 x 24; its meaning always stands beside it in words, so it is silent to screen readers. */
export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {PATHS[name]}
    </svg>
  );
}
