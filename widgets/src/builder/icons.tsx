import type { ReactNode } from "react";

interface IconProps {
  title?: string;
  size?: number;
}

/** A line drawing on a 16 px grid in the colour of the text around it. */
function icon(drawing: ReactNode) {
  return function Icon({ title, size = 16 }: IconProps) {
    return (
      <svg
        className="vnn-icon"
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        role={title ? "img" : undefined}
        aria-hidden={title ? undefined : true}
        aria-label={title}
      >
        {title && <title>{title}</title>}
        {drawing}
      </svg>
    );
  };
}

export const UndoIcon = icon(<path d="M6 3 2.8 6.2 6 9.4M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6.5" />);
export const RedoIcon = icon(<path d="m10 3 3.2 3.2L10 9.4M13 6.2H6.8a3.6 3.6 0 0 0 0 7.2h2.7" />);
export const LinkIcon = icon(
  <path d="M6.6 9.4a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 0 0-3.7-3.7L8 4.3M9.4 6.6a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l1-1" />,
);
export const LockIcon = icon(
  <>
    <rect x="3.5" y="7" width="9" height="6.5" rx="1.5" />
    <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
  </>,
);
export const CloseIcon = icon(<path d="m4 4 8 8m0-8-8 8" />);
export const PlayIcon = icon(<path d="M4.5 2.8v10.4L13 8z" fill="currentColor" />);
export const PauseIcon = icon(<path d="M5.2 3v10M10.8 3v10" strokeWidth="2.6" />);
export const StopIcon = icon(
  <rect x="3.5" y="3.5" width="9" height="9" rx="1" fill="currentColor" />,
);
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
  </>,
);
export const CheckIcon = icon(<path d="m3 8.5 3.4 3.4L13 4.6" />);
export const ResetIcon = icon(<path d="M3.2 3v3.2h3.2M3.4 6.2a5.2 5.2 0 1 1-.5 3" />);
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.2 10.2 3.3 3.3" />
  </>,
);
export const PanelIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="10" rx="1.5" />
    <path d="M10 3v10" />
  </>,
);
export const LeftPanelIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="10" rx="1.5" />
    <path d="M6 3v10" />
  </>,
);
export const HandIcon = icon(
  <path d="M5 8.5V4.2a1 1 0 0 1 2 0V7m0-.5V3a1 1 0 0 1 2 0v4m0-3.2a1 1 0 0 1 2 0V8m0-2.5a1 1 0 0 1 2 0v4.2c0 2.4-1.6 4-4 4-1.9 0-2.8-.7-3.7-2.2L3.3 8.9c-.5-.9.6-1.6 1.3-.8l.9 1" />,
);
export const ArrowIcon = icon(<path d="m3.5 2.5 3.4 11 2-4.6 4.6-2z" />);
export const FitIcon = icon(
  <path d="M2.5 6V3.5a1 1 0 0 1 1-1H6m4 0h2.5a1 1 0 0 1 1 1V6m0 4v2.5a1 1 0 0 1-1 1H10m-4 0H3.5a1 1 0 0 1-1-1V10" />,
);
export const ExpandIcon = icon(<path d="M9.5 2.5h4v4m0-4-5 5m-2 6h-4v-4m0 4 5-5" />);
export const ChevronIcon = icon(<path d="m4.5 6.2 3.5 3.6 3.5-3.6" />);
export const MoreIcon = icon(<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.4" />);
export const HelpIcon = icon(
  <path d="M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.5m0 2.4h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z" />,
);
export const PinIcon = icon(<path d="M5.5 2.5h5M6.5 2.5v4l-2 2.5h7l-2-2.5v-4M8 9v4.5" />);
export const KnifeIcon = icon(<path d="M2.5 13.5 13.5 2.5c.6 4-2.5 7.500-6 8z" />);
export const TurnIcon = icon(<path d="M3 3v6a3 3 0 0 0 3 3h7m-3-3 3 3-3 3" />);
export const StarIcon = icon(
  <path d="m8 2.300 1.700 3.600 3.900.5-2.900 2.700.8 3.900L8 11.100 4.500 13l.8-3.900-2.900-2.700 3.900-.5z" />,
);
