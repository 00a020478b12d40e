import type { Manifest } from "../../api/types.ts";
import { href } from "../../routes.ts";
import { Row } from "./Row.tsx";
import { Nothing } from "./Section.tsx";

interface Props {
  collections: Manifest["collections"];
  file: string;
}

export function CollectionRows({ collections, file }: Props) {
  if (collections.length === 0) {
    return <Nothing>{file} names no collection.</Nothing>;
  }
  return (
    <ul class="manifest-rows">
      {collections.map(({ name, location }) => (
        <Row
          key={name}
          name={<a href={href("collections", name)}>{name}</a>}
          file={file}
          location={location}
        />
      ))}
    </ul>
  );
}
