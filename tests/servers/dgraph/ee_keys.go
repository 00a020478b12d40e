// Package ee has no enterprise features here: Dgraph is built with the tag oss, of what is licensed
// under Apache-2.0 alone. That build's own version of this file lets no server start, even one that
// asks for no keys.
package ee

import "github.com/spf13/viper"

// GetKeys gives no keys: neither access control nor encryption is there.
func GetKeys(*viper.Viper) (*Keys, error) { return &Keys{}, nil }
