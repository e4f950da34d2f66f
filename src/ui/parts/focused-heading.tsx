import { type ReactNode, useEffect, useRef } from 'react';

/**
 * The heading of what has just taken the place of something else in a sheet. The button that was pressed is gone, and the
 * focus would be at the cross: a second Enter would shut the sheet, and a screen reader would read the cross.
 */
export function FocusedHeading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h3 ref={heading} tabIndex={-1}>
      {children}
    </h3>
  );
}
