import { classes } from "./class-names.ts";
import { type DialogProps, Modal } from "./Dialog.tsx";

export interface DrawerProps extends Omit<DialogProps, "size"> {
  size?: "md" | "lg";
}

/** A panel at the right edge, above the page: for the details of one thing in a list. */
export function Drawer({ size = "md", class: className, ...rest }: DrawerProps) {
  return (
    <Modal
      {...rest}
      class={classes("dialog-drawer", size === "lg" && "dialog-drawer-lg", className)}
    />
  );
}
