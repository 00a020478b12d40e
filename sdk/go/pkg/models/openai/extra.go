package openai

import "github.com/hypermodeinc/modus/sdk/go/pkg/utils"

// Extra are members of an object that this package has no field for, as JSON by their names. Those of
// an answer are what the service has told beyond the fields. Those of a request are sent as they are;
// a member that has a field is taken from the field.
type Extra = map[string]utils.RawJsonString
